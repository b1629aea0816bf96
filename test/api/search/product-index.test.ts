import { expect } from 'chai';
import { ProductIndex } from '../../../api/search/product-index.js';
import { SHELF } from './shelf.js';

/** What a buyer types, what has to be found first (`null`: nothing at all), and what it tries. */
const TABLE: readonly (readonly [query: string, first: string | null, what: string])[] = [
  ['녹차', 'green-tea', 'a whole word before its compounds'],
  ['라면', 'ramen', 'a whole word'],
  ['장갑', 'gloves', 'a whole word'],
  ['딸기', 'strawberry', 'a whole word'],
  ['guitar', 'guitar', 'a whole word in English'],
  ['tent', 'tent', 'a whole word in English'],
  ['mug', 'mug', 'a short word in English'],
  ['머플러', 'scarf', 'a word of the description'],
  ['예가체프', 'coffee', 'a word of the description'],
  ['mahogany', 'guitar', 'a word of the description in English'],
  ['coffee', 'mug', 'a word of two descriptions: the shorter one'],
  ['블루투', 'earphones', 'a prefix'],
  ['기계', 'keyboard', 'a prefix'],
  ['아카', 'honey', 'a prefix'],
  ['water', 'backpack', 'a prefix in English'],
  ['tita', 'watch', 'a prefix in English'],
  ['acou', 'guitar', 'a prefix in English'],
  ['운동ㅎ', 'sneakers', 'a lone consonant that is still being typed'],
  ['딸ㄱ', 'strawberry', 'a lone consonant that is still being typed'],
  ['키보ㄷ', 'keyboard', 'a lone consonant that is still being typed'],
  ['가습ㄱ', 'humidifier', 'a lone consonant that is still being typed'],
  ['블루투스 이어포', 'earphones', 'a syllable without its final consonant'],
  ['선푸', 'fan', 'a syllable without its final consonant'],
  ['감규', 'tangerine', 'a syllable without its final consonant'],
  ['청속', 'vacuum', 'the next consonant caught by the syllable before it'],
  ['청소기', 'vacuum', 'the end of a compound'],
  ['밥솥', 'rice-cooker', 'the end of a compound'],
  ['압력밥', 'rice-cooker', 'the middle of a compound'],
  ['프라이어', 'air-fryer', 'the end of a loan word'],
  ['케이스', 'phone-case', 'the end of a compound'],
  ['한정판운동화', 'limited-compound', 'the end of a compound'],
  ['김치', 'kimchi', 'the end of a compound'],
  ['퍼즐', 'puzzle', 'the end of a compound'],
  ['더치커피', 'dutch', 'a whole word that is a compound'],
  ['운둥화', 'sneakers', 'a wrong vowel'],
  ['에어프라이오', 'air-fryer', 'a wrong vowel'],
  ['블루투수', 'earphones', 'a wrong vowel'],
  ['청바디', 'jeans', 'a wrong consonant'],
  ['목도이', 'scarf', 'a wrong consonant'],
  ['키보트', 'keyboard', 'a wrong consonant'],
  ['헤드혼', 'headphones', 'a wrong consonant'],
  ['선퓽기', 'fan', 'a wrong vowel in the middle'],
  ['guitr', 'guitar', 'a letter left out'],
  ['gutiar', 'guitar', 'two letters swapped'],
  ['tirpod', 'tripod', 'two letters swapped'],
  ['tetn', 'tent', 'two letters swapped in a short word'],
  ['backpakc', 'backpack', 'two letters swapped'],
  ['watfh', 'watch', 'a wrong letter'],
  ['notebbook', 'notebook', 'a letter too many'],
  ['sneekers', 'sneakers-en', 'a wrong letter'],
  ['한정판 운동화', 'sneakers', 'several words'],
  ['한정판 피규어', 'figure', 'several words'],
  ['운동화 한정판', 'sneakers', 'several words in another order'],
  ['무선 마우스', 'mouse', 'words of name and description'],
  ['instant camera', 'camera', 'several words, one product named so'],
  ['instant film', 'film', 'several words'],
  ['running socks', 'socks', 'several words'],
  ['fountain pen', 'pen', 'a name before a description'],
  ['여름 셔츠', 'shirt', 'words of name and description'],
  ['카메라 tripod', 'tripod', 'one word that nothing has'],
  ['BLUE TRAIN', 'vinyl', 'capitals'],
  ['usb-c 케이블', 'cable', 'a hyphen, and two scripts'],
  ['USB', 'cable', 'an abbreviation'],
  ['ＶＩＮＹＬ', 'vinyl', 'full-width letters'],
  ['１０００피스', 'puzzle', 'full-width digits'],
  ['cafe creme', 'cafe', 'accents left out'],
  ['65w', 'charger', 'digits and letters'],
  ['2024', 'poster', 'digits'],
  ['녹차'.normalize('NFD'), 'green-tea', 'Hangul taken apart, as a Mac sends it'],
  ['자전거', null, 'nothing of the kind'],
  ['zzzzzz', null, 'nothing of the kind'],
  ['!!! ???', null, 'no words'],
];

describe('Search', () => {
  const index = new ProductIndex();

  before(() => {
    for (const [id, name, description] of SHELF) index.put({ id, name, description });
  });

  for (const [query, first, what] of TABLE) {
    it(`finds ${first ?? 'nothing'} first for "${query}": ${what}`, () => {
      expect(index.search(query)[0] ?? null).to.equal(first);
    });
  }

  it('forgets the old name of a product that was renamed', () => {
    const renamed = new ProductIndex();
    renamed.put({ id: 'p', name: '보성 녹차', description: '' });
    renamed.put({ id: 'p', name: '제주 감귤', description: '' });
    expect(renamed.search('녹차')).to.deep.equal([]);
    expect(renamed.search('감귤')).to.deep.equal(['p']);
    expect(renamed.size).to.equal(1);
  });

  it('finds every product by the whole of its name', () => {
    for (const [id, name] of SHELF) expect(index.search(name)[0], name).to.equal(id);
  });
});
